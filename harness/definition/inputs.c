#include "definition/inputs.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/memory.h"

static int add(struct limen_inputs *inputs, const char *path, size_t length, const char *sha256,
               struct limen_error *error) {
  int status = limen_grow(&inputs->input, &inputs->capacity, inputs->count + 1,
                          sizeof *inputs->input, error);
  if (status != LIMEN_OK) return status;
  struct limen_input *input = &inputs->input[inputs->count];
  if (!(input->path = limen_print(error, "%.*s", (int)length, path))) return LIMEN_FAILED;
  memcpy(input->sha256, sha256, LIMEN_HASH_SIZE - 1);
  input->sha256[LIMEN_HASH_SIZE - 1] = '\0';
  inputs->count++;
  return LIMEN_OK;
}

static int hash_folder(const char *path, char hash[LIMEN_HASH_SIZE], struct limen_error *error);

static int hash_input(const char *path, char hash[LIMEN_HASH_SIZE], struct limen_error *error) {
  struct stat about;
  if (stat(path, &about) == 0 && S_ISDIR(about.st_mode)) return hash_folder(path, hash, error);
  return limen_hash_file(path, hash, error);
}

/* A link to a folder may lead back to where it stands: it counts by its name. */
static bool leads_away(const char *path) {
  struct stat here, there;
  return lstat(path, &here) == 0 && S_ISLNK(here.st_mode) && stat(path, &there) == 0 &&
         S_ISDIR(there.st_mode);
}

/* The hash of the names and hashes of all that is in it. */
static int hash_folder(const char *path, char hash[LIMEN_HASH_SIZE], struct limen_error *error) {
  char **names = NULL;
  size_t count = 0;
  struct limen_text list = {0};
  int status = limen_folder_list(path, &names, &count, error);
  for (size_t i = 0; i < count && status == LIMEN_OK; i++) {
    char *inner = limen_path_join(path, names[i], error), one[LIMEN_HASH_SIZE] = "a folder";
    status = !inner ? LIMEN_FAILED : leads_away(inner) ? LIMEN_OK : hash_input(inner, one, error);
    if (status == LIMEN_OK) limen_text_print(&list, "%s  %s\n", one, names[i]);
    limen_free(inner);
  }
  if (status == LIMEN_OK) status = limen_text_status(&list, error);
  if (status == LIMEN_OK)
    status = limen_hash_text(limen_text_string(&list), list.length, hash, error);
  limen_folder_list_free(names, count);
  limen_text_clear(&list);
  return status;
}

int limen_inputs_find(const struct limen_grid *grid, struct limen_inputs *out,
                      struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < grid->count; i++)
    for (size_t j = 0; j < grid->lengths[i] && status == LIMEN_OK; j++) {
      const char *path = grid->values[i][j].as.string;
      char hash[LIMEN_HASH_SIZE];
      if (!limen_value_is_file(&grid->parameters[i], &grid->values[i][j]) ||
          limen_inputs_hash(out, path))
        continue;
      status = hash_input(path, hash, error);
      if (status == LIMEN_OK) status = add(out, path, strlen(path), hash, error);
      if (status != LIMEN_OK) limen_error_prefix(error, "`%s`", grid->parameters[i].name);
    }
  return status;
}

int limen_inputs_check(const struct limen_inputs *inputs, struct limen_error *error) {
  for (size_t i = 0; i < inputs->count; i++) {
    char now[LIMEN_HASH_SIZE];
    int status = hash_input(inputs->input[i].path, now, error);
    if (status != LIMEN_OK && inputs->input[i].path[0] != '/')
      limen_error_prefix(error, "give this command in the folder that the run was started in");
    if (status != LIMEN_OK) return status;
    if (strcmp(now, inputs->input[i].sha256) != 0)
      return LIMEN_FAIL(error, LIMEN_NO,
                        "%s holds other bytes than when the run read it: run it again",
                        inputs->input[i].path);
  }
  return LIMEN_OK;
}

const char *limen_inputs_hash(const struct limen_inputs *inputs, const char *path) {
  for (size_t i = 0; i < inputs->count; i++)
    if (strcmp(inputs->input[i].path, path) == 0) return inputs->input[i].sha256;
  return NULL;
}

void limen_inputs_print(const struct limen_inputs *inputs, struct limen_text *out) {
  for (size_t i = 0; i < inputs->count; i++)
    limen_text_print(out, "%s  %s\n", inputs->input[i].sha256, inputs->input[i].path);
}

int limen_inputs_read(const char *text, struct limen_inputs *out, struct limen_error *error) {
  enum { HASH = LIMEN_HASH_SIZE - 1 };
  int status = LIMEN_OK;
  while (*text && status == LIMEN_OK) {
    size_t length = strcspn(text, "\n");
    if (length > HASH + 2 && memcmp(text + HASH, "  ", 2) == 0)
      status = add(out, text + HASH + 2, length - HASH - 2, text, error);
    text += length + (text[length] == '\n');
  }
  return status;
}

void limen_inputs_clear(struct limen_inputs *inputs) {
  for (size_t i = 0; i < inputs->count; i++) limen_free(inputs->input[i].path);
  limen_free(inputs->input);
  *inputs = (struct limen_inputs){0};
}
