"""The shared async core of Osusume. It knows no chat platform."""
