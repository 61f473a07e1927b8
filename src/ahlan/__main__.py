from ahlan.site.cli import main

main()
