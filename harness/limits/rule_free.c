#include "limits/query_rule.h"

const struct limen_query_rule limen_query_rule_free = {
    .name = "free",
    .about = "a vector of its own for every query, trained like the documents",
    .trained = true,
};
