/* The program as its users see it: started with arguments, looked at from outside. No shell stands
 * between. */
#ifndef LIMEN_TESTS_PROGRAM_H
#define LIMEN_TESTS_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* A list of words that ends with NULL. */
#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

/* How to start it; all zero: here, as this process. */
struct program_setup {
  const char *program;            /* another than LIMEN_PROGRAM */
  const char *folder;             /* working folder */
  const char *const *environment; /* WORDS("NAME=value"), or "NAME" to unset it */
  const char *output;             /* where standard output goes in place of program_result.out */
  bool output_closed;             /* standard output does not exist */
  size_t file_bytes_most;         /* RLIMIT_FSIZE */
  bool unprivileged;              /* as the user nobody; only root can ask for it */
};

/* A program that runs. */
struct program {
  pid_t id;
  int out, err; /* descriptors of unnamed files */
};

struct program_result {
  int status; /* the exit status; 128 + N when signal N ended it */
  char *out, *err;
};

enum { PROGRAM_NOT_STARTED = 127 };

/* Starts it; setup may be NULL. */
struct program program_start(const struct program_setup *setup, const char *const *arguments);

/* Waits for its end. program_result_clear releases the result. */
struct program_result program_wait(struct program *program);

struct program_result program_run(const struct program_setup *setup, const char *const *arguments);
void program_result_clear(struct program_result *result);

/* Runs it and fails the test unless it ends with `status` and each of `words` stands in what it
 * prints for people (standard error). */
void expect_run(const struct program_setup *setup, int status, const char *const *arguments,
                const char *const *words);

/* The same for words on standard output. */
void expect_output(const struct program_setup *setup, const char *const *arguments,
                   const char *const *words);

/* Fails the test, showing all of `text`, unless `word` stands in it. */
void expect_word(const char *text, const char *word);

#endif
