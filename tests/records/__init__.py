"""What is kept, as structs."""
