/* limen describe: what an experiment is, or anything that a definition may name. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/shipped.h"
#include "cli/things.h"
#include "definition/definition.h"

static int print_text(struct limen_text *text, struct limen_error *error) {
  int status = limen_text_status(text, error);
  if (status == LIMEN_OK) fputs(limen_text_string(text), stdout);
  limen_text_clear(text);
  return status;
}

static int describe_thing(const struct limen_things *things, size_t i, struct limen_error *error) {
  struct limen_text text = {0};
  limen_text_print(&text, "%s %s: %s\n", things->singular, things->name(i), things->about(i));
  things->more(i, &text);
  return print_text(&text, error);
}

/* Everything of this name, of kinds of experiments alone or of all registries. */
static int describe_things(const char *name, bool only_kinds, size_t *described,
                           struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t t = 0; limen_things_at(t) && status == LIMEN_OK; t++) {
    const struct limen_things *things = limen_things_at(t);
    size_t i;
    if (only_kinds && strcmp(things->singular, "kind") != 0) continue;
    if (!limen_things_hold(things, name, &i)) continue;
    if ((*described)++ > 0) putchar('\n');
    status = describe_thing(things, i, error);
  }
  return status;
}

/* "kind, loss, ... or importer" */
static void print_singulars(struct limen_text *out) {
  for (size_t i = 0; limen_things_at(i); i++)
    limen_text_print(out, "%s%s",
                     i == 0                   ? ""
                     : limen_things_at(i + 1) ? ", "
                                              : " or ",
                     limen_things_at(i)->singular);
}

static int describe_experiment(const char *name, struct limen_error *error) {
  struct limen_definition definition = {0};
  char *path = NULL;
  int status = limen_shipped_find(name, &path, error);
  if (status == LIMEN_USAGE) {
    struct limen_text kinds = {0};
    print_singulars(&kinds);
    limen_error_prefix(error, "%.60s is no %s (`limen list` shows all)", name,
                       limen_text_string(&kinds));
    limen_text_clear(&kinds);
  }
  if (status == LIMEN_OK) status = limen_definition_read(path, &definition, error);
  if (status == LIMEN_OK) {
    size_t described = 0;
    printf("experiment %s (%s): %s\n\n%s\n", definition.name, path, definition.question,
           definition.text);
    status = describe_things(definition.kind, true, &described, error);
    if (status == LIMEN_OK) printf("  limen run %s\n", name);
  }
  limen_definition_clear(&definition);
  limen_free(path);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  const struct limen_option table[] = {{0}};
  size_t described = 0;
  int status = limen_options_parse(count, arguments, table, 1, 1, &words, error);
  if (status == LIMEN_OK) status = describe_things(words.text[0], false, &described, error);
  if (status == LIMEN_OK && described == 0) status = describe_experiment(words.text[0], error);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_describe = {
    .name = "describe",
    .about = "say what an experiment, a kind, a dataset or anything else that is listed is",
    .help =
        "usage: limen describe NAME\n"
        "\n"
        "NAME is anything that `limen list` shows. Example:\n"
        "  limen describe critical_n\n",
    .run = run,
};
