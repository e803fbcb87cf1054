"""The conversation: an event in, a use case called, a screen out; knows no messenger."""
