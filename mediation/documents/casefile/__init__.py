"""The whole file of a case (卷宗) as one PDF: the open file (正卷) and, apart, the internal one (副卷)."""
