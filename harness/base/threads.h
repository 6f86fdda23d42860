/* Threads (OpenMP) and interruption.
 *
 * One OpenMP team runs the cells as tasks; a kernel inside a cell offers its blocks as further
 * tasks, which idle members of the team pick up. So the program is parallel across cells first and
 * inside them when cells are fewer than cores, and nothing needs to be decided beforehand. Results
 * never depend on the number of threads: work is cut into fixed blocks and reduced in their order.
 */
#ifndef LIMEN_BASE_THREADS_H
#define LIMEN_BASE_THREADS_H

#include <stdbool.h>

/* Sets the team size (0: all cores) and OpenBLAS to one thread a call: its own threading changes
 * the bits of a product. Call once, early. */
void limen_threads_set(int threads);
int limen_threads(void);

/* SIGINT and SIGTERM raise a flag; a second one ends the program at once. SIGPIPE and SIGXFSZ are
 * ignored, so that what they tell of comes back as an error of the write. */
void limen_interrupt_install(void);
bool limen_interrupted(void);
/* For tests: raise or lower the flag by hand. */
void limen_interrupt_set(bool raised);

#endif
