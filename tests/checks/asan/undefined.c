/* Must be caught: a signed sum that does not fit. */
#include <limits.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	(void)argv;
	printf("%d\n", INT_MAX + argc);
	return 0;
}
