/* What the other layers build on, at every single fault: memory and texts count refusals, JSON
 * tells them from syntax, plots keep to their bounds, files are the old or the new whole, no clock
 * goes backwards. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "faults/fault.h"
#include "report/plot.h"
#include "unit/scratch.h"

static void refuse(size_t at) {
  const struct fault fault = {FAULT_MEMORY, FAULT_FULL, at, false};
  fault_set(&fault);
}

/* Whether there was an allocation to refuse. */
static bool struck(void) {
  fault_set(NULL);
  return fault_tally().struck;
}

/* ---- memory and texts ---- */

static void refusals_are_counted(void **state) {
  (void)state;
  struct limen_error error = {0};
  struct limen_text text = {0};
  const size_t refusals = limen_memory_refusals(), cut = limen_texts_cut();
  refuse(1);
  assert_null(limen_alloc(57, 8, &error));
  assert_true(struck());
  assert_int_equal(error.status, LIMEN_FAILED);
  assert_non_null(strstr(error.text, "out of memory: 512 bytes were asked for"));
  assert_int_equal(limen_memory_refusals(), refusals + 1);
  assert_int_equal(limen_texts_cut(), cut);
  refuse(1);
  limen_text_add(&text, "eel");
  limen_text_print(&text, "%d", 57); /* appending after a failure is no second one */
  assert_true(struck());
  assert_int_equal(limen_texts_cut(), cut + 1);
  assert_string_equal(limen_text_string(&text), "");
  assert_int_equal(limen_text_status(&text, &error), LIMEN_FAILED);
  limen_text_clear(&text);
}

/* ---- JSON ---- */

static const char json[] = "{\"n\": 57, \"words\": [\"eel\", \"dog\"], \"tau\": {\"a\": 0.11}}";

static int read_json(struct limen_error *error) {
  json_t *root = NULL;
  json_error_t reason;
  int status = limen_json_read(json, strlen(json), 0, &root, &reason, error);
  assert_true((status == LIMEN_OK) == (root != NULL));
  json_decref(root);
  return status;
}

static json_t *whole;

static int unpack_json(struct limen_error *error) {
  json_int_t n = 0;
  int status = limen_json_unpack(whole, NULL, error, "{s:I}", "n", &n);
  if (status == LIMEN_OK) assert_int_equal(n, 57);
  return status;
}

/* Elements that could not be made are missed when it is printed, not before. */
static int print_json(struct limen_error *error) {
  json_t *list = json_array();
  for (int i = 0; i < 9; i++) json_array_append_new(list, json_pack("{s:i}", "n", i));
  json_t *root = json_pack("{s:O}", "list", list);
  char *text = limen_json_print(root, JSON_COMPACT, "the list", error);
  if (text)
    assert_string_equal(text,
                        "{\"list\":[{\"n\":0},{\"n\":1},{\"n\":2},{\"n\":3},{\"n\":4},{\"n\":5},"
                        "{\"n\":6},{\"n\":7},{\"n\":8}]}");
  limen_free(text);
  json_decref(list);
  json_decref(root);
  return text ? LIMEN_OK : LIMEN_FAILED;
}

static void json_without_memory(void **state) {
  (void)state;
  int (*const steps[])(struct limen_error * error) = {read_json, unpack_json, print_json};
  limen_json_start();
  whole = json_pack("{s:I}", "n", (json_int_t)57);
  for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
    bool again = true;
    for (size_t at = 1; again; at++) {
      struct limen_error error = {0};
      const size_t refusals = limen_memory_refusals();
      refuse(at);
      int status = steps[s](&error);
      again = struck();
      if (status != (again ? LIMEN_FAILED : LIMEN_OK))
        fail_msg("step %zu, allocation %zu: %d %s", s, at, status, error.text);
      if (again) assert_non_null(strstr(error.text, "out of memory"));
      assert_int_equal(limen_memory_refusals(), refusals + again);
      assert_true(again || at > 1);
    }
  }
  json_decref(whole);
}

/* ---- plots ---- */

/* A whole plot, or one that says that it failed. */
static void draw(void) {
  struct limen_plot *plot = limen_plot_alloc("a", "A caption.", "x", "y");
  if (!plot) return;
  size_t main = limen_plot_series(plot, "main", LIMEN_POINTS, 0);
  size_t inset = limen_plot_series(plot, "", LIMEN_LINE_POINTS, 1);
  limen_plot_inset(plot, inset, "differences", "documents");
  limen_plot_inset(plot, inset, "differences", "documents"); /* asked for again is fine */
  for (int i = 0; i < 20; i++) limen_plot_point(plot, i % 2 ? main : inset, i, 0.57 * i, NAN, NAN);
  limen_plot_row(plot, "a row");
  limen_plot_mark(plot, 1, 2, "a mark");
  if (!plot->failed) {
    assert_int_equal(plot->count, 2);
    assert_true(plot->series[inset].inset && !plot->series[main].inset);
    assert_string_equal(plot->inset_title, "differences");
    assert_string_equal(plot->inset_y_label, "documents");
    assert_int_equal(plot->series[main].count + plot->series[inset].count, 20);
  }
  limen_plot_free(plot);
}

static void plots_without_memory(void **state) {
  (void)state;
  bool again = true;
  for (size_t at = 1; again; at++) {
    refuse(at);
    draw();
    again = struck();
    assert_true(again || at > 10);
  }
  struct limen_plot *plot = limen_plot_alloc("a", "A caption.", "x", "y");
  limen_plot_inset(plot, 0, "of nothing", "y"); /* a series that is not there */
  assert_true(plot->failed);
  limen_plot_free(plot);
}

/* ---- files ---- */

static void expect_advice(const struct fault *fault, const char *text) {
  assert_non_null(strstr(text, strerror(fault->effect == FAULT_FULL ? ENOSPC : EIO)));
  assert_non_null(strstr(text, fault->effect == FAULT_FULL
                                   ? "; make room on its disk, then run the same command again"
                                   : "; look after its disk, then run the same command again"));
}

static void nothing_lies_aside(void) {
  char **names = NULL;
  size_t count = 0;
  assert_int_equal(limen_folder_list(scratch, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 1);
  limen_folder_list_free(names, count);
}

static void files_are_old_or_new(void **state) {
  (void)state;
  static const enum fault_effect effects[] = {FAULT_FULL, FAULT_BROKEN};
  for (size_t e = 0; e < 2; e++) {
    bool again = true;
    for (size_t at_step = 1; again; at_step++) {
      const struct fault fault = {FAULT_DISK, effects[e], at_step, true};
      struct limen_error error = {0};
      put_file(at("a"), "the old one", 11);
      fault_set(&fault);
      int status = limen_file_write(at("a"), "the new one", 11, &error);
      again = struck();
      assert_int_equal(status, again ? LIMEN_FAILED : LIMEN_OK);
      if (again) expect_advice(&fault, error.text);
      expect_file(at("a"), again ? "the old one" : "the new one");
      nothing_lies_aside();
      assert_true(again || at_step > 3); /* made, filled, flushed, renamed */
    }
  }
}

static void renaming_says_what_to_do(void **state) {
  (void)state;
  const struct fault fault = {FAULT_DISK, FAULT_BROKEN, 1, false};
  struct limen_error error = {0};
  put_file(at("a"), "x", 1);
  fault_set(&fault);
  assert_int_equal(limen_folder_rename(at("a"), at("b"), &error), LIMEN_FAILED);
  assert_true(struck());
  expect_advice(&fault, error.text);
  assert_int_equal(limen_folder_make(at("c"), &error), LIMEN_OK);
  assert_int_equal(limen_folder_make(at("d"), &error), LIMEN_OK);
  fault_set(&fault);
  assert_int_equal(limen_folder_replace(at("c"), at("d"), &error), LIMEN_FAILED);
  assert_true(struck());
  expect_advice(&fault, error.text);
}

/* ---- the clock ---- */

static void no_clock_goes_backwards(void **state) {
  (void)state;
  double before = limen_clock_s();
  for (size_t at = 1; at < 9; at++) {
    const struct fault fault = {FAULT_CLOCK, FAULT_BROKEN, at, at % 2 == 0};
    fault_set(&fault);
    for (int look = 0; look < 9; look++) {
      double now = limen_clock_s();
      assert_true(now >= before);
      before = now;
    }
    assert_true(struck());
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(refusals_are_counted),
      cmocka_unit_test(json_without_memory),
      cmocka_unit_test(plots_without_memory),
      cmocka_unit_test_setup_teardown(files_are_old_or_new, scratch_setup, scratch_teardown),
      cmocka_unit_test_setup_teardown(renaming_says_what_to_do, scratch_setup, scratch_teardown),
      cmocka_unit_test(no_clock_goes_backwards),
  };
  fault_install();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
