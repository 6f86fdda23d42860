#include <stdio.h>
int main(void) { puts("limen"); return 0; }
