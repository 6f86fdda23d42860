/* limen list: what there is to run, and what definitions may name. */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/shipped.h"
#include "cli/things.h"
#include "definition/definition.h"

enum { NAME_WIDTH = 18 };

static int print_experiment(void *context, const char *path, struct limen_error *error) {
  (void)context;
  struct limen_definition definition = {0};
  int status = limen_definition_read(path, &definition, error);
  if (status == LIMEN_OK) printf("  %-*s %s\n", NAME_WIDTH, definition.name, definition.question);
  limen_definition_clear(&definition);
  return status;
}

/* Experiments, which are files, and then the registries. */
static const char *name_at(size_t i) { return i == 0 ? "experiments" : limen_things_name(i - 1); }

static int list_one(size_t i, struct limen_error *error) {
  printf("%s:\n", name_at(i));
  if (i == 0) return limen_shipped_each(print_experiment, NULL, error);
  const struct limen_things *things = limen_things_at(i - 1);
  for (size_t t = 0; things->name(t); t++)
    printf("  %-*s %s\n", NAME_WIDTH, things->name(t), things->about(t));
  return LIMEN_OK;
}

static int list(const char *wanted, struct limen_error *error) {
  bool found = false;
  int status = LIMEN_OK;
  for (size_t i = 0; name_at(i) && status == LIMEN_OK; i++) {
    if (wanted && strcmp(wanted, name_at(i)) != 0) continue;
    found = true;
    status = list_one(i, error);
  }
  if (found) return status;
  struct limen_text valid = {0};
  for (size_t i = 0; name_at(i); i++) limen_text_print(&valid, "%s%s", i ? ", " : "", name_at(i));
  const char *near = limen_nearest(wanted, name_at);
  status =
      LIMEN_FAIL(error, LIMEN_USAGE, "limen list: unknown kind of thing %.60s%s%s; there are: %s",
                 wanted, near ? "; nearest: " : "", near ? near : "", limen_text_string(&valid));
  limen_text_clear(&valid);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  const struct limen_option table[] = {{0}};
  int status = limen_options_parse(count, arguments, table, 0, 1, &words, error);
  if (status == LIMEN_OK) status = list(words.count ? words.text[0] : NULL, error);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_list = {
    .name = "list",
    .about = "list what there is to run, and what definitions may name",
    .help =
        "usage: limen list [experiments | kinds | losses | patterns | query_rules | schedules |\n"
        "                   optimizers | starts | constructions | datasets | engines | orders |\n"
        "                   representations | layouts | arithmetics | bounds | estimators |\n"
        "                   hardness | measures | ranking_measures | formats | importers]\n"
        "\n"
        "Lists everything, or one kind of thing. Example:\n"
        "  limen list experiments\n",
    .run = run,
};
