/* One thing that goes wrong, at a known place: the 17th allocation finds no memory, the 5th write
 * finds the disk full, the program dies in the middle of the 9th.
 *
 * The seam is the linker's: the tests in this folder are linked with --wrap, so that what the
 * program calls of the system goes through seam_*.c. The program that people run holds no fault
 * points at all, costs nothing for them and offers no stranger a way to reach them. */
#ifndef LIMEN_TESTS_FAULT_H
#define LIMEN_TESTS_FAULT_H

#include <stdbool.h>
#include <stddef.h>

enum fault_place {
  FAULT_NOWHERE,
  FAULT_MEMORY, /* allocations of ours, jansson's, SQLite's, C++ operator new */
  FAULT_DISK,   /* whatever makes, fills, cuts, flushes or renames a file, SQLite's included */
  FAULT_CLOCK,  /* looks at a clock; a fault sets it back by an hour */
  FAULT_PLACES
};

enum fault_effect {
  FAULT_FULL,      /* no memory, or no space: half of what should be written is */
  FAULT_BROKEN,    /* EIO */
  FAULT_KILL,      /* SIGKILL, when half is written */
  FAULT_INTERRUPT, /* SIGINT, and what was asked for is done */
  FAULT_TERMINATE  /* SIGTERM, likewise */
};

struct fault {
  enum fault_place place;
  enum fault_effect effect;
  size_t at;    /* counted from 1 in the order in which things happen; 0: only count */
  bool lasting; /* a disk that is full stays full */
};

/* How often each place was passed since fault_set, by this process and its children, and whether
 * the fault came about. */
struct fault_tally {
  size_t passed[FAULT_PLACES];
  bool struck;
};

/* Puts the seams into SQLite, once in a program and before it is used. */
void fault_install(void);

/* Sets what goes wrong from now on, here and in children, and counts anew. NULL: nothing goes wrong
 * or is counted any more, and what was stays to be looked at. */
void fault_set(const struct fault *fault);
struct fault_tally fault_tally(void);

/* ---- for the seams ---- */

/* Counts one passage. True when it is to fail; a signal is sent from here. */
bool fault_due(enum fault_place place);

/* To be called when a passage fails and all that it still does is done: a kill does not return.
 * The errno of the effect. */
int fault_reason(void);

/* Each puts its own seam into SQLite. */
void fault_install_memory(void);
void fault_install_store(void);

#endif
