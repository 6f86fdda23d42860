#include "limits/query_rule.h"

#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_query_rule entry;
#include "limits/query_rules.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_query_rule *const query_rules[] = {
#include "limits/query_rules.def"
};
#undef LIMEN_ENTRY

const struct limen_query_rule *limen_query_rule_at(size_t i) {
  return i < sizeof query_rules / sizeof *query_rules ? query_rules[i] : NULL;
}

const char *limen_query_rule_name(size_t i) {
  const struct limen_query_rule *rule = limen_query_rule_at(i);
  return rule ? rule->name : NULL;
}

const struct limen_query_rule *limen_query_rule_find(const char *name) {
  for (size_t i = 0; i < sizeof query_rules / sizeof *query_rules; i++)
    if (!strcmp(query_rules[i]->name, name)) return query_rules[i];
  return NULL;
}
