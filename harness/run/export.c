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
      if (value.type == LIMEN_INTEGER || value.type == LIMEN_REAL)
        limen_csv_number(out, first, limen_value_number(&value));
      else
        limen_csv_text(out, first, value.as.string);
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

int limen_export_results(const struct limen_plan *plan, const char *path,
                         struct limen_error *error) {
  struct limen_text text = {0};
  parameter_fields(plan, NULL, 0, true, &text);
  for (size_t j = 0; plan->kind->measures[j].name; j++)
    limen_csv_text(&text, false, plan->kind->measures[j].name);
  limen_text_add(&text, "\n");
  for (size_t i = 0; i < plan->n_order; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->state != LIMEN_CELL_DONE) continue;
    for (size_t row = 0; row < cell->rows; row++) {
      parameter_fields(plan, cell, row, true, &text);
      for (size_t j = 0; j < cell->answer.measures; j++)
        limen_csv_number(&text, false, cell->answer.values[row * cell->answer.measures + j]);
      limen_text_add(&text, "\n");
    }
  }
  return write(&text, path, error);
}

int limen_export_timings(const struct limen_plan *plan, const char *path,
                         struct limen_error *error) {
  struct limen_text text = {0};
  parameter_fields(plan, NULL, 0, false, &text);
  limen_csv_text(&text, false, "seconds");
  limen_text_add(&text, "\n");
  for (size_t i = 0; i < plan->n_order; i++) {
    const struct limen_cell *cell = plan->cells[plan->order[i]];
    if (cell->state != LIMEN_CELL_DONE) continue;
    parameter_fields(plan, cell, 0, false, &text);
    limen_csv_number(&text, false, cell->answer.seconds);
    limen_text_add(&text, "\n");
  }
  return write(&text, path, error);
}
