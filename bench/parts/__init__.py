"""What bench/privacy and bench/contact-sheet are made of."""
