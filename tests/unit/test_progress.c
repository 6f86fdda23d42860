/* The words of progress: what is known is told as known, what may grow as a lower bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/progress.h"

static char line[LIMEN_PROGRESS_SIZE];

static const char *plain(size_t done, size_t total, bool grows, double left_s) {
  const struct limen_progress_look look = {
      .done = done, .total = total, .grows = grows, .left_s = left_s, .current = "k=2/d=7"};
  return limen_progress_plain(&look, line, sizeof line);
}

static const char *bar(double share, size_t columns) {
  const struct limen_progress_look look = {
      .done = 11, .total = 32, .grows = true, .left_s = 57, .share = share, .current = "k=2/d=7"};
  return limen_progress_bar(&look, columns, line, sizeof line);
}

static void a_plan_that_stands(void **state) {
  (void)state;
  assert_string_equal(plain(11, 32, false, 5.7), "11 of 32 cells, about 5.7 s left (now: k=2/d=7)");
  assert_string_equal(plain(11, 32, false, 125),
                      "11 of 32 cells, about 2 min 05 s left (now: k=2/d=7)");
  assert_string_equal(plain(11, 32, false, 0), "11 of 32 cells, about 0.0 s left (now: k=2/d=7)");
}

/* Nothing is told of the time while there is nothing to tell it from. */
static void a_plan_that_has_just_begun(void **state) {
  (void)state;
  assert_string_equal(plain(0, 32, false, -1), "0 of 32 cells (now: k=2/d=7)");
  assert_string_equal(plain(0, 32, true, -1), "0 of at least 32 cells (now: k=2/d=7)");
}

static void a_plan_that_grows(void **state) {
  (void)state;
  assert_string_equal(plain(11, 32, true, 57),
                      "11 of at least 32 cells, at least 57 s left (now: k=2/d=7)");
}

static void the_bar(void **state) {
  (void)state;
  assert_string_equal(bar(0, 200),
                      "[............................] 11 of at least 32 cells, at least 57 s left  "
                      "k=2/d=7");
  assert_string_equal(bar(0.32, 48), "[########....................] 11 of at least 32");
  assert_string_equal(bar(1, 30), "[############################]");
  assert_string_equal(bar(1.5, 30), "[############################]"); /* rounding of sums */
  assert_string_equal(bar(0.57, 0), "");
  /* However wide the terminal is, no more than the buffer is filled. */
  char little[12];
  const struct limen_progress_look look = {.current = "k=2", .left_s = -1};
  assert_string_equal(limen_progress_bar(&look, 500, little, sizeof little), "[..........");
}

/* ---- what reaches standard error ---- */

/* Runs `act` with standard error in a file and gives what came there. */
static const char *said(void (*act)(struct limen_progress *progress), bool quiet) {
  static char text[1024];
  struct limen_progress progress;
  FILE *file = tmpfile();
  int kept = dup(STDERR_FILENO);
  assert_true(file && kept >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
  limen_progress_init(&progress, quiet);
  act(&progress);
  fflush(stderr);
  dup2(kept, STDERR_FILENO);
  close(kept);
  rewind(file);
  text[fread(text, 1, sizeof text - 1, file)] = '\0';
  fclose(file);
  return text;
}

/* The clock is set back by hand, as if the run had taken that long. */
static void grow(struct limen_progress *progress) {
  limen_progress_show(progress, 3, 20, 10, 100, "first");
  progress->start_s -= 1000;
  progress->last_s -= 1000;
  limen_progress_show(progress, 5, 20, 30, 100, "second");
  progress->last_s -= 1000;
  limen_progress_show(progress, 6, 21, 60, 120, "third");
  limen_progress_show(progress, 7, 21, 70, 120, "too soon to be told");
  progress->last_s -= 1000;
  limen_progress_show(progress, 21, 21, 120, 120, "last");
  limen_progress_end(progress, "done");
}

static void lines_for_a_file(void **state) {
  (void)state;
  const char *text = said(grow, false);
  /* 20 units took 1000 s, so 70 take 3500 s; then 50 took 1000 s, so 60 take 1200 s. */
  assert_non_null(strstr(text, "5 of 20 cells, about 58 min 20 s left (now: second)\n"));
  assert_non_null(strstr(text, "6 of at least 21 cells, at least 20 min 00 s left (now: third)\n"));
  assert_non_null(strstr(text, "21 of at least 21 cells (now: last)\ndone\n"));
  assert_null(strstr(text, "first"));
  assert_null(strstr(text, "too soon"));
  assert_null(strchr(text, '\r')); /* no terminal, no bar */
}

static void say_something(struct limen_progress *progress) {
  grow(progress);
  limen_progress_say(progress, "%d cells", 57);
}

static void quiet_is_quiet(void **state) {
  (void)state;
  assert_string_equal(said(say_something, true), "");
  assert_non_null(strstr(said(say_something, false), "done\n57 cells\n"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_plan_that_stands), cmocka_unit_test(a_plan_that_has_just_begun),
      cmocka_unit_test(a_plan_that_grows),  cmocka_unit_test(the_bar),
      cmocka_unit_test(lines_for_a_file),   cmocka_unit_test(quiet_is_quiet),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
