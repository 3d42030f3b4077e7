"""Files that people hand in and papers that we issue: checked, kept under keys of our own, opened on the record."""
