"""Deal rooms of entries: folders, grants, the NDA, who opened what, questions and answers."""
