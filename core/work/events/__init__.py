"""What people come to: meetings, their agenda and votes, and a file for calendars."""
