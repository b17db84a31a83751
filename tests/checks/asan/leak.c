/* Must be caught: a block that nobody frees. */
#include <stdio.h>
#include <stdlib.h>

int
main(void)
{
	char *volatile block = malloc(100);

	printf("%d\n", block != NULL);
	block = NULL;
	return 0;
}
