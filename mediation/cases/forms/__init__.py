"""What people type into a case, one module per group of acts."""
