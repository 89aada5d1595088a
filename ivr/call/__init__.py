"""One call, from answer to hang-up: the driver of its dialogue and what happens beside it."""
