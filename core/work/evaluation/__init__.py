"""What a consultation brought, for those who judge it: public results, the report, rows in and out."""
