"""What a partner's people do: campaigns started and changed, answers given, topics corrected, and who may do which."""
