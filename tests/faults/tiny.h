/* Every command at its smallest, on inputs of a few dozen rows. */
#ifndef LIMEN_TESTS_TINY_H
#define LIMEN_TESTS_TINY_H

#include <stdbool.h>

#include "support/folder.h"

enum tiny_writes {
  TINY_NOTHING,
  TINY_FILES, /* below @/made */
  TINY_RUN    /* a run folder, @/run */
};

/* Words that start with "@/" are paths below the folder of the inputs. */
struct tiny_case {
  const char *words[24]; /* the first one is the command */
  enum tiny_writes writes;
  bool varies; /* what it tells is measured: not the same twice */
  bool slow;   /* takes the better part of a second */
};

/* The cases, ended by one without words. A command may have several, and has one at least. */
extern const struct tiny_case tiny_cases[];

/* Makes the inputs in `folder`, by the program itself. */
void tiny_make(const char *folder);

/* The words of a case with its paths in place, and NULL behind; released by tiny_free. */
const char **tiny_words(const struct tiny_case *tiny, const char *folder);
void tiny_free(const char **words);

/* Removes what an earlier case wrote, and the cache. */
void tiny_clear(const char *folder);

/* What this one wrote, as far as it is the same every time. */
struct snapshot tiny_written(const struct tiny_case *tiny, const char *folder);

bool tiny_same(const struct snapshot *a, const struct snapshot *b);

#endif
