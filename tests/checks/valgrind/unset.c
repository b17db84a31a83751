/* Must be caught: a branch on a byte nobody wrote (the sanitizers do not see this one). */
#include <stdio.h>
#include <stdlib.h>

int
main(void)
{
	char *block = malloc(8);

	if (block != NULL && block[3] == 'x')
		puts("x");
	free(block);
	return 0;
}
