#include "store/manifest.h"

#include <stdbool.h>
#include <string.h>

#include "base/build_info.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/machine.h"
#include "base/memory.h"

/* Paths may hold bytes that are not UTF-8, which JSON cannot; they become question marks. */
static json_t *words(const char *text, struct limen_error *error) {
  json_t *string = json_string(text);
  char *copy = string || !text ? NULL : limen_copy_text(text, error);
  if (!copy) return string;
  for (char *at = copy; *at; at++)
    if ((unsigned char)*at >= 0x80) *at = '?';
  string = json_string(copy);
  limen_free(copy);
  return string;
}

static json_t *libraries(void) {
  json_t *all = json_object();
  for (size_t i = 0; limen_machine_library(i); i++)
    json_object_set_new(all, limen_machine_library(i)->name,
                        json_string(limen_machine_library(i)->version));
  return all;
}

static json_t *machine_part(void) {
  struct limen_machine machine;
  limen_machine_read(&machine);
  return json_pack("{s:s, s:i, s:f, s:s, s:s, s:s, s:s}", "cpu", machine.cpu, "cores",
                   machine.cores, "memory_bytes", machine.memory_bytes, "system", machine.system,
                   "blas", machine.blas, "blas_kernel", machine.blas_kernel, "blas_forced",
                   machine.blas_forced);
}

static json_t *build_part(void) {
  return json_pack("{s:s, s:s, s:b, s:s, s:s, s:o}", "version", limen_version, "commit",
                   limen_commit, "dirty", limen_commit_dirty, "compiler", limen_compiler, "flags",
                   limen_compiler_flags, "libraries", libraries());
}

static json_t *definition_part(const struct limen_manifest *manifest, const char *hash,
                               struct limen_error *error) {
  json_t *sets = json_array();
  for (size_t i = 0; i < manifest->n_sets; i++)
    json_array_append_new(sets, words(manifest->sets[i], error));
  return json_pack("{s:o, s:s, s:s, s:s, s:o}", "path", words(manifest->definition_path, error),
                   "sha256", hash, "size", manifest->size, "text", manifest->definition_text,
                   "sets", sets);
}

/* {"d": [4, 5], "loss": ["infonce"], ...} */
static json_t *parameters_part(const struct limen_grid *grid, struct limen_error *error) {
  json_t *all = json_object();
  for (size_t i = 0; grid && i < grid->count; i++) {
    json_t *values = json_array();
    for (size_t j = 0; j < grid->lengths[i]; j++) {
      const struct limen_value *value = &grid->values[i][j];
      json_array_append_new(values, value->type == LIMEN_INTEGER ? json_integer(value->as.integer)
                                    : value->type == LIMEN_REAL  ? json_real(value->as.real)
                                                                 : words(value->as.string, error));
    }
    if (grid->lengths[i] > 0)
      json_object_set_new(all, grid->parameters[i].name, values);
    else
      json_decref(values); /* a coordinate */
  }
  return all;
}

static json_t *inputs_part(const struct limen_manifest *manifest, struct limen_error *error) {
  json_t *all = json_array();
  for (size_t i = 0; manifest->inputs && i < manifest->inputs->count; i++) {
    const struct limen_input *input = &manifest->inputs->input[i];
    json_array_append_new(
        all, json_pack("{s:o, s:s}", "path", words(input->path, error), "sha256", input->sha256));
  }
  return all;
}

char *limen_manifest_text(const struct limen_manifest *manifest, struct limen_error *error) {
  char hash[LIMEN_HASH_SIZE];
  bool ended = manifest->duration_s >= 0;
  if (limen_hash_text(manifest->definition_text, strlen(manifest->definition_text), hash, error) !=
      LIMEN_OK)
    return NULL;
  json_t *root = json_pack(
      "{s:i, s:s, s:s, s:o, s:s, s:o*, s:i, s:o*, s:o*, s:s, s:o*, s:o, s:o, s:o, s:o, s:o}",
      "schema", 1, "experiment", manifest->experiment, "kind", manifest->kind, "command",
      words(manifest->command, error), "start", manifest->start, "duration_s",
      ended ? json_real(manifest->duration_s) : NULL, "threads", manifest->threads, "cells_run",
      ended ? json_integer((json_int_t)manifest->cells_run) : NULL, "cells_reused",
      ended ? json_integer((json_int_t)manifest->cells_reused) : NULL, "code_sha256",
      manifest->code, "imported_from", words(manifest->imported, error), "definition",
      definition_part(manifest, hash, error), "inputs", inputs_part(manifest, error), "parameters",
      parameters_part(manifest->grid, error), "build", build_part(), "machine", machine_part());
  char *text = limen_json_print(root, JSON_INDENT(2), "the manifest", error);
  json_decref(root);
  return text;
}
