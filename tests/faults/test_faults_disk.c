/* Disks that are full, that fail, and programs that die in the middle of a write, at every step in
 * which a file is made, filled, cut, flushed or renamed, SQLite's included. Files are then either
 * the old or the new whole; the program says so with 4 and with what to do; and what is run again
 * ends as if nothing had happened. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "faults/inside.h"
#include "faults/tiny.h"

static struct faults_reach reach(void) {
#if defined(__SANITIZE_ADDRESS__)
  return faults_long() ? (struct faults_reach){30, 1.2} : (struct faults_reach){1, 6};
#else
  return faults_long() ? (struct faults_reach){60, 1.05} : (struct faults_reach){1, 4};
#endif
}

static const struct {
  const char *words;
  enum fault_effect effect;
  bool lasting;
} ways[] = {{"a disk that is full from then on", FAULT_FULL, true},
            {"a step that fails", FAULT_BROKEN, false},
            {"a kill", FAULT_KILL, false}};

static int make(void **state) {
  *state = inside_install();
  tiny_make(*state);
  return 0;
}

static int unmake(void **state) {
  folder_remove(*state);
  return 0;
}

/* ---- one trial: a command on its way from old files, or none, to new ones ---- */

struct trial {
  const char *folder;
  const struct tiny_case *tiny;
  const char **words;
  const char *const *before; /* what made the old files; NULL: there are none */
  struct snapshot old, wanted;
  size_t steps, bad;
};

static void prepare(const struct trial *trial) {
  tiny_clear(trial->folder);
  if (trial->before) inside_run_well(trial->before);
}

static void trial_init(struct trial *trial, const char *folder, const struct tiny_case *tiny,
                       const char *const *before) {
  const struct fault none = {.place = FAULT_DISK};
  *trial = (struct trial){
      .folder = folder, .tiny = tiny, .words = tiny_words(tiny, folder), .before = before};
  prepare(trial);
  if (before) trial->old = tiny_written(tiny, folder);
  struct program_result result = inside_run(&none, trial->words);
  if (result.status != LIMEN_OK) fail_msg("limen %s: %s", trial->words[0], result.err);
  program_result_clear(&result);
  trial->steps = fault_tally().passed[FAULT_DISK];
  trial->wanted = tiny_written(tiny, folder);
}

static void trial_clear(struct trial *trial) {
  tiny_free(trial->words);
  snapshot_clear(&trial->old);
  snapshot_clear(&trial->wanted);
}

static void complain(struct trial *trial, const struct fault *fault, const char *what,
                     const struct program_result *result) {
  print_error("limen %s %s, %s at step %zu: %s\n  exit status %d: %s\n", trial->words[0],
              trial->words[1], ways[fault->effect].words, fault->at, what, result->status,
              result->err);
  trial->bad++;
}

static bool holds(const struct snapshot *snapshot, const struct snapshot_file *file) {
  for (size_t i = 0; i < snapshot->count; i++)
    if (strcmp(snapshot->file[i].name, file->name) == 0 &&
        strcmp(snapshot->file[i].hash, file->hash) == 0)
      return true;
  return false;
}

/* Only the dead leave behind what they were writing. */
static void look_at_files(struct trial *trial, const struct fault *fault,
                          const struct program_result *result) {
  struct snapshot found = tiny_written(trial->tiny, trial->folder);
  for (size_t i = 0; i < found.count; i++) {
    bool aside = strstr(found.file[i].name, ".new") != NULL;
    if (aside && fault->effect == FAULT_KILL) continue;
    if (aside || (!holds(&trial->old, &found.file[i]) && !holds(&trial->wanted, &found.file[i])))
      complain(trial, fault, found.file[i].name, result);
  }
  snapshot_clear(&found);
}

static void look_at_end(struct trial *trial, const struct fault *fault,
                        const struct program_result *result) {
  const char *reason = strerror(fault->effect == FAULT_FULL ? ENOSPC : EIO);
  bool died = result->status == 128 + SIGKILL;
  if (fault->effect == FAULT_KILL) {
    if (!died) complain(trial, fault, "it lives", result);
  } else if (result->status == LIMEN_FAILED) {
    /* SQLite has words of its own for the two. */
    if (!strstr(result->err, reason) && !strstr(result->err, "disk"))
      complain(trial, fault, "the reason is not told", result);
    if (!strstr(result->err, "; ")) complain(trial, fault, "what to do is not told", result);
  } else if (result->status != LIMEN_OK) {
    complain(trial, fault, "another status than 4", result);
  }
}

/* Steps that the answer does not need (the words in a lock, the cache) may fail unseen. */
static void look_at_success(struct trial *trial, const struct fault *fault,
                            const struct program_result *result) {
  struct snapshot found = tiny_written(trial->tiny, trial->folder);
  const char *other = tiny_difference(&found, &trial->wanted);
  if (other) complain(trial, fault, other, result);
  snapshot_clear(&found);
}

static void try_step(struct trial *trial, const struct fault *fault) {
  prepare(trial);
  struct program_result result = inside_run(fault, trial->words);
  look_at_end(trial, fault, &result);
  look_at_files(trial, fault, &result);
  if (result.status == LIMEN_OK) look_at_success(trial, fault, &result);
  program_result_clear(&result);
  result = inside_run(NULL, trial->words);
  if (result.status != LIMEN_OK) complain(trial, fault, "it cannot go on", &result);
  /* A file that died aside is only swept from a run's folder, which is nobody else's. */
  bool litter = fault->effect == FAULT_KILL && trial->tiny->writes != TINY_RUN;
  if (result.status == LIMEN_OK && !litter) look_at_success(trial, fault, &result);
  program_result_clear(&result);
}

static size_t try_all(struct trial *trial) {
  size_t tried = 0;
  for (size_t at = 1; at <= trial->steps; at = faults_next(reach(), at), tried++)
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
      const struct fault fault = {FAULT_DISK, ways[way].effect, at, ways[way].lasting};
      try_step(trial, &fault);
    }
  print_message("limen %s %s: %zu of %zu steps\n", trial->words[0], trial->words[1], tried,
                trial->steps);
  return trial->bad;
}

/* ---- tests ---- */

static void from_nothing(void **state) {
  size_t bad = 0;
  for (size_t i = 0; tiny_cases[i].words[0]; i++) {
    struct trial trial;
    if (tiny_cases[i].writes == TINY_NOTHING || tiny_cases[i].varies) continue;
    trial_init(&trial, *state, &tiny_cases[i], NULL);
    bad += try_all(&trial);
    trial_clear(&trial);
  }
  assert_int_equal(bad, 0);
}

/* A run that is made larger: every file of its folder changes. */
static void from_an_earlier_run(void **state) {
  static const struct tiny_case larger = {
      .words = {"run", "limit_k2", "--set", "d=2..3", "--set", "seeds=2", "--threads", "1",
                "--quiet", "--out", "@/run"},
      .writes = TINY_RUN};
  struct trial trial;
  char *out = path_of(*state, "run");
  const char *const before[] = {"run",     "limit_k2", "--set", "d=2", "--set",
                                "seeds=1", "--quiet",  "--out", out,   NULL};
  trial_init(&trial, *state, &larger, before);
  assert_true(trial.old.count > 0);
  assert_int_equal(try_all(&trial), 0);
  trial_clear(&trial);
  free(out);
}

/* The same with --fresh, which removes what there was. */
static void in_place_of_an_earlier_run(void **state) {
  static const struct tiny_case fresh = {
      .words = {"run", "limit_k2", "--set", "d=3", "--set", "seeds=1", "--threads", "1", "--quiet",
                "--fresh", "--out", "@/run"},
      .writes = TINY_RUN};
  struct trial trial;
  char *out = path_of(*state, "run");
  const char *const before[] = {"run",     "limit_k2", "--set", "d=2", "--set",
                                "seeds=1", "--quiet",  "--out", out,   NULL};
  trial_init(&trial, *state, &fresh, before);
  assert_int_equal(try_all(&trial), 0);
  trial_clear(&trial);
  free(out);
}

int main(int count, char **arguments) {
  if (count > 1) return limen_main(count, arguments);
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(from_nothing),
      cmocka_unit_test(from_an_earlier_run),
      cmocka_unit_test(in_place_of_an_earlier_run),
  };
  return cmocka_run_group_tests(tests, make, unmake);
}
