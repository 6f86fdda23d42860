#include "cli/history_show.h"

#include <math.h>
#include <stdio.h>

#include "base/file.h"
#include "base/memory.h"
#include "gate/outcome_writer.h"
#include "gate/words.h"
#include "report/escape.h"

/* The reason of the last acceptance; NULL: none is known. */
static const char *reason_of(const struct limen_history_entry *entry) {
  const struct limen_settings *accepted = &entry->measured.accepted;
  return accepted->count > 0 ? accepted->setting[accepted->count - 1].value : NULL;
}

/* ---- the table ---- */

static const char *or_dash(const char *unit, double value, char out[LIMEN_GATE_TEXT],
                           const char *(*print)(const char *, double, char *)) {
  return isnan(value) ? "-" : print(unit, value, out);
}

/* What stands in the last column: where it is from, what changed, and why it was accepted. */
static void add_words(const struct limen_history_point *point, struct limen_text *out) {
  limen_visible_add(out, point->entry->label, true);
  if (point->unit) limen_text_add(out, "; another unit or direction");
  if (point->data) limen_text_add(out, "; other data");
  if (point->definition) {
    limen_text_add(out, "; other definition: ");
    limen_visible_add(out, point->definition, true);
  }
  if (reason_of(point->entry)) {
    limen_text_add(out, "; accepted: ");
    limen_visible_add(out, reason_of(point->entry), true);
  }
}

static void print_point(const struct limen_history_point *point, const char *words) {
  const struct limen_number *number = point->number;
  const char *unit = number ? number->unit : "", *date = point->entry->date;
  char text[4][LIMEN_GATE_TEXT];
  printf("%-10s %9s %9s %9s %9s  %s%s\n", *date ? date : "-",
         number ? or_dash(unit, number->value, text[0], limen_gate_value) : "-",
         number ? or_dash(unit, number->lower, text[1], limen_gate_value) : "-",
         number ? or_dash(unit, number->upper, text[2], limen_gate_value) : "-",
         or_dash(unit, point->change, text[3], limen_gate_signed),
         point->data || point->definition || point->unit ? "* " : "", words);
}

static void print_head(const struct limen_history_point *points, size_t count, const char *name) {
  struct limen_text head = {0};
  size_t i = 0;
  while (i < count && !points[i].number) i++;
  limen_visible_add(&head, name, true);
  if (i < count) {
    limen_text_add(&head, " (");
    limen_visible_add(&head, points[i].number->unit, true);
    limen_text_print(&head, ", %s is better)",
                     points[i].number->higher_is_better ? "higher" : "lower");
  }
  printf("%s\n%-10s %9s %9s %9s %9s  %s\n", limen_text_string(&head), "date", "value", "lower",
         "upper", "change", "source");
  limen_text_clear(&head);
}

int limen_history_print(const struct limen_history *history, const char *name,
                        struct limen_error *error) {
  struct limen_history_point *points = limen_alloc(history->count, sizeof *points, error);
  if (!points) return LIMEN_FAILED;
  int status = limen_history_points(history, name, points, error);
  if (status == LIMEN_OK) print_head(points, history->count, name);
  for (size_t i = 0; i < history->count && status == LIMEN_OK; i++) {
    struct limen_text words = {0};
    add_words(&points[i], &words);
    status = limen_text_status(&words, error);
    if (status == LIMEN_OK) print_point(&points[i], limen_text_string(&words));
    limen_text_clear(&words);
  }
  limen_history_points_clear(points, history->count);
  limen_free(points);
  return status;
}

/* ---- JSON ---- */

static json_t *text_or_null(const char *text) {
  return text && *text ? limen_outcome_text(text) : json_null();
}

static json_t *point_to_json(const struct limen_history_point *point, const char *name) {
  const struct limen_number *number = point->number;
  return json_pack(
      "{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o}", "name",
      limen_outcome_text(name), "unit", text_or_null(number ? number->unit : NULL), "better",
      number ? json_string(number->higher_is_better ? "higher" : "lower") : json_null(), "source",
      limen_outcome_text(point->entry->label), "date", text_or_null(point->entry->date), "value",
      limen_outcome_number(number ? number->value : NAN), "lower",
      limen_outcome_number(number ? number->lower : NAN), "upper",
      limen_outcome_number(number ? number->upper : NAN), "n",
      number && number->n > 0 ? json_integer((json_int_t)number->n) : json_null(), "change",
      limen_outcome_number(point->change), "definition", text_or_null(point->definition),
      "data_changed", point->data, "reason", text_or_null(reason_of(point->entry)));
}

static int add_number(json_t *rows, const struct limen_history *history, const char *name,
                      struct limen_error *error) {
  struct limen_history_point *points = limen_alloc(history->count, sizeof *points, error);
  if (!points) return LIMEN_FAILED;
  int status = limen_history_points(history, name, points, error);
  for (size_t i = 0; i < history->count && status == LIMEN_OK; i++) {
    json_t *row = point_to_json(&points[i], name);
    if (!row || json_array_append_new(rows, row) != 0)
      status = LIMEN_FAIL(error, LIMEN_FAILED, "out of memory for a history's rows");
  }
  limen_history_points_clear(points, history->count);
  limen_free(points);
  return status;
}

int limen_history_write_json(const struct limen_history *history, const char *const *names,
                             size_t count, const char *path, struct limen_error *error) {
  json_t *rows = json_array();
  struct limen_text text = {0};
  int status = LIMEN_OK;
  for (size_t i = 0; i < count && status == LIMEN_OK; i++)
    status = add_number(rows, history, names[i], error);
  if (status == LIMEN_OK)
    status = limen_outcome_add_json(json_pack("{s:O}", "history", rows), path, &text, error);
  json_decref(rows);
  if (status == LIMEN_OK) status = limen_text_status(&text, error);
  if (status == LIMEN_OK)
    status = limen_file_write(path, limen_text_string(&text), text.length, error);
  limen_text_clear(&text);
  return status;
}
