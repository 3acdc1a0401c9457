"""Python parts of the partner score warehouse: reading exports, making the sample, printing the scoreboard."""
