"""The plan as arrays, in typed sections: codes, masks, and the values of its figures."""
