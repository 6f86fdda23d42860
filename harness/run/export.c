#include "run/export.h"

#include "base/file.h"
#include "store/csv.h"

static void parameter_fields(const struct limen_plan *plan, const struct limen_cell *cell,
                             size_t row, bool with_inner, struct limen_text *out) {
  bool first = true;
  for (size_t i = 0; plan->kind->parameters[i].name; i++) {
    const struct limen_parameter *parameter = &plan->kind->parameters[i];
    if (parameter->role == LIMEN_PLANNING || (parameter->role == LIMEN_INNER && !with_inner))
      continue;
    if (!cell) {
      limen_csv_text(out, first, parameter->name);
    } else {
      struct limen_value value = limen_cell_value(cell, row, parameter->name);
      if (value.type == LIMEN_INTEGER || value.type == LIMEN_REAL) {
        limen_csv_number(out, first, limen_value_number(&value));
      } else {
        struct limen_text label = {0};
        limen_value_label(&value, &label);
        limen_csv_text(out, first, limen_text_string(&label));
        out->failed = out->failed || label.failed;
        limen_text_clear(&label);
      }
    }
    first = false;
  }
}

static int write(struct limen_text *text, const char *path, struct limen_error *error) {
  int status = limen_text_status(text, error);
  if (status == LIMEN_OK)
    status = limen_file_write(path, limen_text_string(text), text->length, error);
  limen_text_clear(text);
  return status;
}

static bool has_timed(const struct limen_kind *kind) {
  for (size_t j = 0; kind->measures[j].name; j++)
    if (kind->measures[j].timed) return true;
  return false;
}

/* The measures that are timed, or those that are not; of a cell's row, or their names. */
static void measure_fields(const struct limen_kind *kind, const double *row, bool timed,
                           struct limen_text *out) {
  for (size_t j = 0; kind->measures[j].name; j++) {
    if (kind->measures[j].timed != timed) continue;
    if (row)
      limen_csv_number(out, false, row[j]);
    else
      limen_csv_text(out, false, kind->measures[j].name);
  }
}

void limen_export_results_text(const struct limen_plan *plan, struct limen_text *out) {
  parameter_fields(plan, NULL, 0, true, out);
  measure_fields(plan->kind, NULL, false, out);
  limen_text_add(out, "\n");
  for (size_t i = 0; i < plan->n_order; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->state != LIMEN_CELL_DONE) continue;
    for (size_t row = 0; row < cell->rows; row++) {
      parameter_fields(plan, cell, row, true, out);
      measure_fields(plan->kind, cell->answer.values + row * cell->answer.measures, false, out);
      limen_text_add(out, "\n");
    }
  }
}

int limen_export_results(const struct limen_plan *plan, const char *path,
                         struct limen_error *error) {
  struct limen_text text = {0};
  limen_export_results_text(plan, &text);
  return write(&text, path, error);
}

int limen_export_timings(const struct limen_plan *plan, const char *path,
                         struct limen_error *error) {
  struct limen_text text = {0};
  bool rows = has_timed(plan->kind); /* then a row per inner value, else one per cell */
  parameter_fields(plan, NULL, 0, rows, &text);
  limen_csv_text(&text, false, "seconds");
  measure_fields(plan->kind, NULL, true, &text);
  limen_text_add(&text, "\n");
  for (size_t i = 0; i < plan->n_order; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->state != LIMEN_CELL_DONE) continue;
    for (size_t row = 0; row < (rows ? cell->rows : 1); row++) {
      parameter_fields(plan, cell, row, rows, &text);
      limen_csv_number(&text, false, cell->answer.seconds);
      measure_fields(plan->kind, cell->answer.values + row * cell->answer.measures, true, &text);
      limen_text_add(&text, "\n");
    }
  }
  return write(&text, path, error);
}
