/* Memory that runs out, in every command: the program says so and exits with 4, or did without and
 * gives the same answer as ever. It never crashes, never hangs, never answers otherwise, and calls
 * nothing damaged that is not. Which allocators take part: seam_memory.c.
 *
 * Who looks for a cause sets LIMEN_FAULTS=all (each allocation), LIMEN_FAULTS_ONLY to a command and
 * LIMEN_FAULTS_FROM to the first allocation. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "cli/command.h"
#include "faults/inside.h"
#include "faults/tiny.h"

static struct faults_reach reach(void) {
  const char *form = getenv("LIMEN_FAULTS");
  if (form && strcmp(form, "all") == 0) return (struct faults_reach){SIZE_MAX, 1};
#if defined(__SANITIZE_ADDRESS__)
  return faults_long() ? (struct faults_reach){20, 1.15}
                       : (struct faults_reach){2, 4}; /* forks are slow there */
#else
  return faults_long() ? (struct faults_reach){200, 1.03} : (struct faults_reach){3, 2};
#endif
}

static int make(void **state) {
  *state = inside_install();
  tiny_make(*state);
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

/* What a case says and writes. */
struct answer {
  char *out;
  struct snapshot written;
};

static void answer_clear(struct answer *answer) {
  free(answer->out);
  snapshot_clear(&answer->written);
}

static struct program_result attempt(const struct fault *fault, const char *const *words,
                                     const char *folder) {
  tiny_clear(folder);
  return inside_run(fault, words);
}

/* The answer that others are compared with, and how many allocations it took. */
static struct answer undisturbed(const struct tiny_case *tiny, const char *const *words,
                                 const char *folder, size_t *allocations) {
  const struct fault none = {.place = FAULT_MEMORY};
  struct program_result result = attempt(&none, words, folder);
  if (result.status != LIMEN_OK) fail_msg("limen %s: %s", words[0], result.err);
  *allocations = fault_tally().passed[FAULT_MEMORY];
  free(result.err);
  return (struct answer){result.out, tiny_written(tiny, folder)};
}

/* jansson 2.14 asserts that a number it reads fits its buffer, which it may not get. */
static const char jansson_aborts[] = "lex_unget_unsave: Assertion";

/* Whether it ended as it should: with 4 and a word about it, or with the answer it always gives. */
static bool is_good(const struct tiny_case *tiny, const char *folder,
                    const struct answer *reference, const struct program_result *result) {
  if (strstr(result->err, jansson_aborts)) return true;
  if (result->status != LIMEN_OK)
    return result->status == LIMEN_FAILED && strstr(result->err, "limen: ") &&
           !strstr(result->err, "limen: \n");
  if (tiny->varies) return true;
  struct answer answer = {strdup(result->out), tiny_written(tiny, folder)};
  const char *other = tiny_difference(&answer.written, &reference->written);
  bool good = strcmp(answer.out, reference->out) == 0 && !other;
  if (other) print_error("%s is another one\n", other);
  answer_clear(&answer);
  return good;
}

/* How many refusals ended badly, each of them told. */
static size_t try_case(const struct tiny_case *tiny, const char *folder) {
  const struct faults_reach far =
      tiny->slow && !faults_long() ? (struct faults_reach){1, 8} : reach();
  const char **words = tiny_words(tiny, folder);
  size_t allocations = 0, tried = 0, bad = 0;
  struct answer reference = undisturbed(tiny, words, folder, &allocations);
  const char *from = getenv("LIMEN_FAULTS_FROM");
  for (size_t at = from ? strtoul(from, NULL, 10) : 1; at <= allocations; tried++) {
    const struct fault fault = {FAULT_MEMORY, FAULT_FULL, at, .lasting = at % 2 == 0};
    struct program_result result = attempt(&fault, words, folder);
    if (!is_good(tiny, folder, &reference, &result)) {
      print_error("limen %s %s, without allocation %zu%s: exit status %d: %s%s\n", words[0],
                  words[1] ? words[1] : "", at, fault.lasting ? " and later ones" : "",
                  result.status, result.err, result.status == LIMEN_OK ? result.out : "");
      bad++;
    }
    program_result_clear(&result);
    at = faults_next(far, at);
  }
  print_message("limen %s %s: %zu of %zu allocations refused\n", words[0], words[1] ? words[1] : "",
                tried, allocations);
  answer_clear(&reference);
  tiny_free(words);
  return bad;
}

static void in_every_command(void **state) {
  const char *only = getenv("LIMEN_FAULTS_ONLY");
  size_t bad = 0;
  for (size_t i = 0; tiny_cases[i].words[0]; i++)
    if (!only || strcmp(only, tiny_cases[i].words[0]) == 0) bad += try_case(&tiny_cases[i], *state);
  assert_int_equal(bad, 0);
}

/* A command that is added gets a case in tiny.c. */
static void every_command_has_a_case(void **state) {
  (void)state;
  for (size_t i = 0; limen_command_at(i); i++) {
    bool found = false;
    for (size_t c = 0; tiny_cases[c].words[0] && !found; c++)
      found = strcmp(tiny_cases[c].words[0], limen_command_at(i)->name) == 0;
    if (!found) fail_msg("limen %s has no case in tests/faults/tiny.c", limen_command_at(i)->name);
  }
}

int main(int count, char **arguments) {
  if (count > 1) return limen_main(count, arguments); /* limen doctor starts itself */
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_command_has_a_case),
      cmocka_unit_test(in_every_command),
  };
  return cmocka_run_group_tests(tests, make, unmake);
}
