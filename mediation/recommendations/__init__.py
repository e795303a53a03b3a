"""Recommendations on employment practice (规范用工建议书): from a pattern of cases to a changed rule, and its effect."""
