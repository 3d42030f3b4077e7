"""The summit and an application to attend it, from draft to admitted."""
