"""The texts and settings of an edition as supervisors change them. Nothing of the web."""
