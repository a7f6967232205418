"""What an explanation is worth, beside what chance gives."""
