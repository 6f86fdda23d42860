/* A definition, and the grid that it makes of its kind's parameters. */
#include <string.h>

#include "definition/definition.h"
#include "experiments/kinds/kinds.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_definition;

/* What a value is printed as must be read as the same value. */
static void check_value(const struct limen_parameter *parameter, const struct limen_value *value) {
  struct limen_text text = {0};
  struct limen_value again;
  struct limen_error error = {0};
  limen_value_print(value, &text);
  int status = limen_value_parse(parameter, limen_text_string(&text), &again, &error);
  fuzz_expect(status == LIMEN_OK && limen_value_equal(value, &again),
              "%s is printed as %s, which is not read as the same: %s", parameter->name,
              limen_text_string(&text), error.text);
  limen_text_clear(&text);
}

static void check_grid(const struct limen_grid *grid, const struct limen_kind *kind) {
  enum { VALUES_MOST = 32, POINTS_MOST = 256 };
  struct limen_error error = {0};
  const size_t points = limen_grid_points(grid);
  fuzz_expect(points >= 1 && points <= LIMEN_GRID_MOST, "a grid of %zu points", points);
  for (size_t i = 0; i < grid->count; i++)
    for (size_t j = 0; j < grid->lengths[i] && j < VALUES_MOST; j++)
      check_value(&grid->parameters[i], &grid->values[i][j]);
  for (size_t i = 0; i < grid->count; i++)
    if (grid->parameters[i].role == LIMEN_AXIS)
      fuzz_expect(limen_grid_value(grid, points - 1, grid->parameters[i].name) != NULL,
                  "the last point has no %s", grid->parameters[i].name);
  if (kind->check && points <= POINTS_MOST)
    fuzz_judge(kind->check(grid, &error), LIMEN_USAGE, &error);
}

static void run(const uint8_t *bytes, size_t size) {
  static const enum limen_size sizes[] = {LIMEN_SIZE_DEFAULT, LIMEN_SIZE_SMOKE, LIMEN_SIZE_FULL};
  struct limen_definition definition;
  struct limen_error error = {0};
  int status = limen_definition_parse("a.yml", (const char *)bytes, size, &definition, &error);
  fuzz_judge(status, LIMEN_USAGE, &error);
  if (status != LIMEN_OK) return;
  const struct limen_kind *kind = limen_kind_find(limen_kinds, definition.kind);
  if (!kind) kind = limen_kinds[0];
  for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
    struct limen_grid grid;
    status = limen_grid_make(&definition, kind->parameters, sizes[i], NULL, 0, &grid, &error);
    fuzz_judge(status, LIMEN_USAGE, &error);
    if (status == LIMEN_OK) check_grid(&grid, kind);
    limen_grid_clear(&grid);
  }
  limen_definition_clear(&definition);
}

const struct fuzz_target fuzz_target_definition = {
    .name = "definition",
    .about = "definitions in YAML, and the grids that they make",
    .longest = 2048,
    .run = run,
};
