/* Command-line options. */
#ifndef LIMEN_CLI_OPTIONS_H
#define LIMEN_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum limen_option_type {
  LIMEN_OPTION_FLAG, /* target: bool */
  LIMEN_OPTION_TEXT, /* target: const char * */
  LIMEN_OPTION_TEXTS /* target: struct limen_texts, collects every use */
};

struct limen_option {
  const char *name; /* with its dashes: "--set", "-k" */
  enum limen_option_type type;
  void *target;
};

struct limen_texts {
  const char **text; /* the list is owned, the texts are the command line's */
  size_t count, capacity;
};
void limen_texts_clear(struct limen_texts *texts);

/* Sorts arguments[1..] into options (a table that ends with a NULL name) and `words`, everything
 * else. "--name value" and "--name=value" both work, "--" ends the options. LIMEN_USAGE for an
 * unknown option (the valid ones are listed), a missing or empty value, an empty word, or fewer
 * than `least` or more than `most` words. */
int limen_options_parse(int count, char **arguments, const struct limen_option *options,
                        size_t least, size_t most, struct limen_texts *words,
                        struct limen_error *error);

/* A whole number from `min` to `max`; LIMEN_USAGE names the option. */
int limen_option_integer(const char *option, const char *text, long min, long max, long *out,
                         struct limen_error *error);

/* --threads: sets the team; all cores where `text` is NULL. */
int limen_option_threads(const char *text, struct limen_error *error);

#endif
