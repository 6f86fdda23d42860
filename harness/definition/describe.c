#include "definition/describe.h"

#include <string.h>

const char *limen_role_words(enum limen_role role) {
  switch (role) {
    case LIMEN_AXIS:
      return "a list makes the grid";
    case LIMEN_INNER:
      return "a list is looked at within one cell";
    case LIMEN_SETTING:
      return "one value";
    case LIMEN_PLANNING:
      return "one value, decides which cells run";
    case LIMEN_COORDINATE:
      break;
  }
  return "chosen by the search";
}

void limen_describe_parameters(const struct limen_parameter *parameters, struct limen_text *out) {
  int width = 0;
  for (size_t i = 0; parameters[i].name; i++)
    if ((int)strlen(parameters[i].name) > width) width = (int)strlen(parameters[i].name);
  for (const struct limen_parameter *at = parameters; at->name; at++) {
    limen_text_print(out, "  %-*s  %s\n  %-*s  ", width, at->name, at->about, width, "");
    if (at->alias) limen_text_print(out, "also written %s; ", at->alias);
    if (at->role != LIMEN_COORDINATE) {
      limen_parameter_print_range(at, out);
      if (at->fallback)
        limen_text_print(out, "; default %s; ", *at->fallback ? at->fallback : "none");
      else
        limen_text_add(out, "; must be given; ");
    }
    limen_text_print(out, "%s\n", limen_role_words(at->role));
  }
}
