/* Others' results as JSON: what they become must be a definition and a table that fit each other.
 */
#include <string.h>

#include "experiments/kinds/kinds.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/target.h"

extern const struct fuzz_target fuzz_target_limit_json;

static void check_definition(const struct limen_import *import, const char *kind_name) {
  const struct limen_kind *kind = limen_kind_find(limen_kinds, kind_name);
  struct limen_definition definition;
  struct limen_grid grid = {0};
  struct limen_error error = {0};
  int status = limen_definition_parse("import.yml", limen_text_string(&import->definition),
                                      import->definition.length, &definition, &error);
  fuzz_expect(status == LIMEN_OK, "the definition of an import: %s", error.text);
  /* Imports of many values may make too large a grid. */
  status =
      limen_grid_make(&definition, kind->parameters, LIMEN_SIZE_DEFAULT, NULL, 0, &grid, &error);
  fuzz_judge(status, LIMEN_USAGE, &error);
  fuzz_expect(status == LIMEN_OK || strstr(error.text, "more than"), "the grid of an import: %s",
              error.text);
  limen_grid_clear(&grid);
  limen_definition_clear(&definition);
}

static void run(const uint8_t *bytes, size_t size) {
  const struct limen_importer *importer = limen_importer_find(limen_importers, "limit-json");
  struct limen_import import = {0};
  struct limen_error error = {0};
  int status = importer->read(fuzz_file(bytes, size), "imported", &import, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  if (status == LIMEN_OK) check_definition(&import, importer->kind);
  limen_import_clear(&import);
}

const struct fuzz_target fuzz_target_limit_json = {
    .name = "limit_json",
    .about = "results of the published free-embedding program, and what they become",
    .longest = 2048,
    .run = run,
};
