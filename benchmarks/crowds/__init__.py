"""How few paid answers a label needs: peers and Tapwork replayed over the same crowds."""
