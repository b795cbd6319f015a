"""From Solidity to what the package ships: compilers, compilation, artifacts, deployment."""
