/* The program, run in a forked child of a test that is linked with the seams: its own main, with
 * its own arguments, and a fault on its way. A fork costs a tenth of starting it anew, so thousands
 * of faults can be tried. */
#ifndef LIMEN_TESTS_INSIDE_H
#define LIMEN_TESTS_INSIDE_H

#include "faults/fault.h"
#include "support/program.h"

/* Whether the long form is asked for: the environment's LIMEN_FAULTS is "long". */
bool faults_long(void);

/* Which passages are tried: the first ones one by one, as programs set themselves up there, the
 * others at steps that grow with the distance. */
struct faults_reach {
  size_t first;
  double growth; /* 1: every one */
};
size_t faults_next(struct faults_reach reach, size_t at);

/* To be called in a group's setup, before anything else is: the seams, the cache's folder below
 * the one that is given back, a gnuplot that draws nothing in no time in front of the real one. The
 * folder lies in memory where there is such a place: thousands of runs flush every file to disk. */
char *inside_install(void);

/* The program's main. A test gives it the words that it is started with itself, should there be
 * any: `limen doctor` starts the program that it is. */
int limen_main(int count, char **arguments);

/* Runs the program with these words; `fault` may be NULL. It works in the project's folder, with
 * one thread unless the words say otherwise, and is ended after a minute. */
struct program_result inside_run(const struct fault *fault, const char *const *words);

/* The same as the user nobody where the test is root, and as this one where it is not. */
struct program_result inside_run_as_nobody(const char *const *words);

/* Runs it undisturbed; fails the test unless it ends well. */
void inside_run_well(const char *const *words);

#endif
