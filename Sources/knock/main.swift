import Linux

Output.printError("knock: not written yet")
ThisProcess.exit(1)
