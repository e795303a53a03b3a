"""What every page shares: forms, paging, headers, error pages."""
