"""What an operator does and reads: nights, reports, health, doctor, backups."""
