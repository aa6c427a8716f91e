// What a hostile program would try in a jail, one system call each.
#ifndef DEEDS_H
#define DEEDS_H

// Does it; returns what the call returned, or -2 for a deed that there is not.
int deed_do(const char *name);

#endif
